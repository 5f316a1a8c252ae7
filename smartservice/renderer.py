"""How every form of the portal turns into HTML: label, hint, error and tick as the pages have them."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Looks for widgets and fields in the project's own templates first."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
