import pyarrow as pa
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportersConfig(AppConfig):
    name = "importers"
    verbose_name = _("Uploads")

    def ready(self) -> None:
        """Arrow's own pool keeps what it was given; the system's gives it back, so that a worker stays as small as its work."""
        pa.set_memory_pool(pa.system_memory_pool())
