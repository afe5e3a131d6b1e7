from django.contrib.admin import RelatedOnlyFieldListFilter


class OwnCenterFilter(RelatedOnlyFieldListFilter):
    """Only the centers whose records the list holds: Center itself is readable before a scope exists."""
