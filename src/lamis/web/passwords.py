"""A new password as a form sends it: typed twice."""

from lamis.base.errors import Invalid
from lamis.web.forms import Form


def typed_twice(form: Form) -> str:
    """The new password. Raises Invalid when the two differ."""
    password = form.raw("password")
    if password != form.raw("password_again"):
        raise Invalid("The two passwords differ; type the same one twice.", field="password_again")
    return password
