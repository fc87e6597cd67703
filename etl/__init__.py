"""From a quarterly workbook to checked facts in a warehouse. Imports nothing else of this project."""
