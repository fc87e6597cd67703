"""One file a view. A page turns an address and a viewer into components; what may be seen is decided below it."""
