"""A change of every row, one at a time."""  # noqa: N999 - migrations are numbered

from typing import Any, ClassVar

from django.db import migrations


def paint(apps: Any, schema: Any) -> None:
    for workspace in apps.get_model("state", "Workspace").objects.using(schema.connection.alias).all():
        workspace.colour = "bottiglia"
        workspace.save()


class Migration(migrations.Migration):
    dependencies: ClassVar = [("state", "9002_colour")]
    operations: ClassVar = [migrations.RunPython(paint)]
