"""A new table."""  # noqa: N999 - migrations are numbered

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("state", "9003_fill")]
    operations: ClassVar = [
        migrations.CreateModel("Note", [("id", models.BigAutoField(primary_key=True)), ("text", models.TextField())]),
    ]
