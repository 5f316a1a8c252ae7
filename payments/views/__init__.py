"""The pages of paying, one module a page or two that belong together."""
