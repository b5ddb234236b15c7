"""What people see: pages as data, charts, and their renderers. Computes nothing."""

from pathlib import Path

from valore.model.reading import Reading


def report(reading: Reading, folder: Path, language: str = "en", name: str = "report") -> tuple[Path, Path]:
    """Write the report of a reading as one HTML file and as a PDF.

    Args:
        reading: What was measured of one subject.
        folder: Where to write; made when it is not there.
        language: it or en.
        name: Beginning of the file names.

    Returns:
        The paths of `<name>.html` and `<name>.pdf`.

    Raises:
        UnknownName: for a language that Valore does not speak.
    """
    from valore.present.language import Words
    from valore.present.pages.report import page
    from valore.present.render import html, pdf

    shown = page(reading, Words(language))
    folder.mkdir(parents=True, exist_ok=True)
    web, paper = folder / f"{name}.html", folder / f"{name}.pdf"
    web.write_text(html.document(shown), "utf-8")
    paper.write_bytes(pdf.document(shown, reading.as_of))
    return web, paper
