# SPDX-License-Identifier: GPL-2.0-or-later
"""Turns a matplotlib figure into an SVG element for an HTML page."""
import io
from xml.etree import ElementTree

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update({
    "svg.fonttype": "none",  # text remains text: readable by screen readers, searchable, small
    "text.parse_math": False,  # a dollar sign in a name is not markup
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
})

from matplotlib.figure import Figure  # noqa: E402  (after the settings)

NAMESPACE = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
# Attributes that refer to an id in the picture: "#id" or "url(#id)".
REFERENCES = ("href", "clip-path", "fill", "style", "mask", "filter")


def make_figure(width, height):
    return Figure(figsize=(width, height), layout="constrained")


def as_inline_svg(figure, name, title, description):
    """The element as text. `name` is unique in the page, and is the prefix of every id in the picture."""
    text = io.StringIO()
    matplotlib.rcParams["svg.hashsalt"] = name
    figure.savefig(text, format="svg", metadata={"Date": None})
    root = ElementTree.fromstring(text.getvalue())
    for metadata in root.findall(f"{NAMESPACE}metadata"):
        root.remove(metadata)
    remove_styles(root)
    for element in root.iter():
        clean_element(element, name)
    label(root, name, title, description)
    return ElementTree.tostring(root, encoding="unicode")


def remove_styles(root):
    """Removes <style>, which would apply to the whole page."""
    for parent in list(root.iter()):
        for style in parent.findall(f"{NAMESPACE}style"):
            parent.remove(style)


def clean_element(element, name):
    """Removes the namespace from names, as in HTML, and makes ids unique in the page."""
    element.tag = element.tag.removeprefix(NAMESPACE)
    if LINK in element.attrib:
        element.set("href", element.attrib.pop(LINK))
    if "id" in element.attrib:
        element.set("id", f"{name}-{element.get('id')}")
    for attribute in REFERENCES:
        value = element.get(attribute)
        if value and "#" in value:
            element.set(attribute, value.replace("url(#", f"url(#{name}-") if "url(" in value
                        else value.replace("#", f"#{name}-", 1) if attribute == "href" else value)


def label(root, name, title, description):
    """Adds the text for screen readers, which is also shown when pointing at the picture."""
    width = root.get("width", "")
    root.attrib.pop("width", None)
    root.attrib.pop("height", None)
    if width.endswith("pt"):
        root.set("style", f"max-width: {float(width[:-2]) / 72 * 96:.0f}px")
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        child = ElementTree.Element(tag, id=f"{name}-{tag}")
        child.text = text
        root.insert(place, child)
