"""The errors a person can meet: each is one line that names the place, what was found, and what would be right."""


class OkrError(Exception):
    """Root of every error okrlib raises on purpose; what a person at a form can meet is also said in Chinese.

    Its message, as logs and the command line have it, is English.
    """

    def __init__(self, en: str, zh: str | None = None) -> None:
        super().__init__(en)
        self.zh = zh

    def in_(self, locale: str) -> str:
        """Return the message in a language, or in English where it has no other."""
        return self.zh if locale == "zh" and self.zh else str(self)


class FieldError(ValueError):
    """What a model refuses in a field, also said in Chinese; pydantic reports it, and `yaml_files` names its place."""

    def __init__(self, en: str, zh: str | None = None) -> None:
        super().__init__(en)
        self.zh = zh


class ParameterError(OkrError):
    """A store, quarter, date or parameter that cannot be right; the command line ends with exit code 2."""


class SheetError(OkrError):
    """An OKR sheet, journal, store file or calendar that cannot be read as meant; exit code 2."""


class LayoutError(OkrError):
    """An export that no layout fits, or a layout file that is itself wrong; exit code 2."""


class DataError(OkrError):
    """Data that cannot be read or is not there, though the parameters are right; exit code 1."""


class NoDataError(DataError):
    """A store without any order by the day or moment asked about: nothing is broken, nothing has been read yet."""
