"""A column with another type: SQLite copies the table."""  # noqa: N999 - migrations are numbered

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("state", "9004_note")]
    operations: ClassVar = [
        migrations.AlterField("workspace", "colour", models.CharField(max_length=16, default="bottiglia", null=True)),
        migrations.AddIndex("workspace", models.Index(fields=["colour"], name="by_colour")),
    ]
