"""okrlib: an OKR workbook for merchants who run stores on e-commerce platforms."""

__version__ = "0.1.0"
