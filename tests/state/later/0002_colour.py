"""A new column."""  # noqa: N999 - migrations are numbered

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("state", "0001_first")]
    operations: ClassVar = [
        migrations.AddField("workspace", "colour", models.CharField(max_length=32, default="")),
    ]
