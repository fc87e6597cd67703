"""Static files compressed once and well, not anew and in haste for every browser that comes."""

from functools import lru_cache

import brotli
from flask import Flask, Response, current_app, request

QUALITY = 9
"""Of brotli's 11: the last two save another tenth, and take seconds at the first request after each start."""
LEAST = 500
ENCODING = "br"


def keep_compressed(server: Flask, paths: tuple[str, ...]) -> None:
    """What lies under these paths. To be called after flask-compress is set up, which leaves alone what is compressed,
    and serves browsers that know no brotli."""

    def compress(response: Response) -> Response:
        if (
            request.path.startswith(paths)
            and response.status_code == 200
            and response.mimetype in current_app.config["COMPRESS_MIMETYPES"]
            and "Content-Encoding" not in response.headers
            and ENCODING in request.accept_encodings
        ):
            response.direct_passthrough = False
            content = response.get_data()
            if len(content) >= LEAST:
                response.set_data(compressed(content))
                response.headers["Content-Encoding"] = ENCODING
        return response

    server.after_request(compress)


@lru_cache(maxsize=256)
def compressed(content: bytes) -> bytes:
    """By content: whatever the address, and a file that has changed is another one."""
    return brotli.compress(content, quality=QUALITY)
