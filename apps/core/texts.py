from django.utils.functional import Promise

Text = str | Promise  #: what people read; translated when it is shown


def gettext_noop(text: str) -> str:
    """Marks a text that is stored and answered in English, and translated where people see it."""
    return text
