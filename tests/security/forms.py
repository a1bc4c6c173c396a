"""The forms of a page as a browser would send them, once for each of their buttons."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    address: str
    fields: dict[str, str | list[str]] = field(default_factory=dict)


def forms_in(page: str, address: str) -> list[Form]:
    """Those that write. What stands outside of a form and names it belongs to it."""
    reader = _Reader(address)
    reader.feed(page)
    found = []
    for form, id_ in reader.forms:
        fields = {**form.fields, **reader.outside.get(id_, {})}
        buttons = reader.buttons.get(id(form), [])
        found += [Form(form.address, {**fields, **button}) for button in buttons or [{}]]
    return found


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[tuple[Form, str]] = []
        self.buttons: dict[int, list[dict[str, str]]] = {}
        self.outside: dict[str, dict[str, str | list[str]]] = {}
        self.form: Form | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = None
            if said.get("method", "").lower() == "post":
                self.form = Form(said.get("action") or self.address)
                self.forms.append((self.form, said.get("id", "")))
            return
        name, value = said.get("name", ""), said.get("value", "")
        if tag == "select":
            self.select = name
        if tag == "option" and self.select:
            name = self.select
            if "selected" not in said and self._has(said, name):
                return
        elif tag not in ("input", "textarea", "button") or not name:
            return
        if tag == "button":
            if self.form is not None:
                self.buttons.setdefault(id(self.form), []).append({name: value})
            return
        if said.get("form"):
            self.outside.setdefault(said["form"], {})[name] = value or "x"
        elif self.form is not None and said.get("type") != "file":
            self.form.fields[name] = value or "x"

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        if tag == "select":
            self.select = ""

    def _has(self, said: dict[str, str], name: str) -> bool:
        return self.form is not None and name in self.form.fields
