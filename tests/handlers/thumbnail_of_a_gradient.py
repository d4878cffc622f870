"""Paints a picture of 24 megapixels and makes a thumbnail of it: work for one processor core."""

from PIL import Image


def handler(event, context):
    picture = Image.radial_gradient("L").resize((6000, 4000), Image.Resampling.LANCZOS)
    picture.thumbnail((200, 200), Image.Resampling.LANCZOS)
    return picture.size
