"""Paints a picture of twelve megapixels and makes a thumbnail of it: work for one processor core."""

from PIL import Image


def handler(event, context):
    picture = Image.radial_gradient("L").resize((4000, 3000), Image.Resampling.LANCZOS)
    picture.thumbnail((200, 200), Image.Resampling.LANCZOS)
    return picture.size
