"""A new column."""  # noqa: N999 - migrations are numbered

from pkgutil import iter_modules
from typing import ClassVar

from django.db import migrations, models

import valore.state.migrations as released

LAST = max(module.name for module in iter_modules(released.__path__))


class Migration(migrations.Migration):
    dependencies: ClassVar = [("state", LAST)]
    operations: ClassVar = [
        migrations.AddField("workspace", "colour", models.CharField(max_length=32, default="")),
    ]
