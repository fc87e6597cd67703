"""From a quarterly workbook to checked facts in a warehouse. Imports nothing else of this project."""

from etl import config as config  # before openpyxl is loaded anywhere: it settles which XML library that takes
