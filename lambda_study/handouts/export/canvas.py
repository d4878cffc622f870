"""Canvas: a zip of QTI 1.2, a quiz a topic, in the layout that Canvas's own importer reads."""

from __future__ import annotations

import hashlib
import io
import zipfile
from xml.etree import ElementTree as XML

from lambda_study.handouts.export.canvas_item import QTI, add_item
from lambda_study.quiz.bank import Bank

META = "http://canvas.instructure.com/xsd/cccv1p0"
PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
RESOURCE = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
# A zip's times are wall-clock times otherwise, and the same bank would give other bytes.
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def canvas_zip(bank: Bank, topics: tuple[str, ...]) -> bytes:
    """Return TOPICS of BANK as the zip that Canvas imports as "QTI .zip file"; the same bytes every time."""
    files = {"imsmanifest.xml": _manifest(topics)}
    for topic in topics:
        ident = _ident(topic)
        files[f"{ident}/assessment_meta.xml"] = _meta(bank, topic)
        files[f"{ident}/{ident}.xml"] = _assessment(bank, topic)
    files["non_cc_assessments/"] = b""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _ident(topic: str) -> str:
    """The identifier of TOPIC's quiz: the same in all files, or Canvas passes over its settings."""
    return "g" + hashlib.sha256(f"lambda-study/{topic}".encode()).hexdigest()[:32]


def _assessment(bank: Bank, topic: str) -> bytes:
    root = XML.Element("questestinterop", xmlns=QTI)
    assessment = XML.SubElement(root, "assessment", ident=_ident(topic), title=bank.title(topic))
    field = XML.SubElement(XML.SubElement(assessment, "qtimetadata"), "qtimetadatafield")
    XML.SubElement(field, "fieldlabel").text = "cc_maxattempts"
    XML.SubElement(field, "fieldentry").text = "unlimited"
    section = XML.SubElement(assessment, "section", ident="root_section")
    for question in bank.topic(topic):
        add_item(section, question, bank.introduction(topic))
    return _written(root)


def _meta(bank: Bank, topic: str) -> bytes:
    quiz = XML.Element("quiz", xmlns=META, identifier=_ident(topic))
    settings = {
        "title": bank.title(topic),
        "description": "",
        "shuffle_answers": "true",
        "scoring_policy": "keep_highest",
        "quiz_type": "practice_quiz",
        "points_possible": f"{len(bank.topic(topic))}.0",
        "allowed_attempts": "-1",
        "one_question_at_a_time": "true",
    }
    for name, value in settings.items():
        XML.SubElement(quiz, name).text = value
    return _written(quiz)


def _manifest(topics: tuple[str, ...]) -> bytes:
    manifest = XML.Element("manifest", xmlns=PACKAGE, identifier="lambda-study")
    metadata = XML.SubElement(manifest, "metadata")
    XML.SubElement(metadata, "schema").text = "IMS Content"
    XML.SubElement(metadata, "schemaversion").text = "1.1.3"
    XML.SubElement(manifest, "organizations")
    resources = XML.SubElement(manifest, "resources")
    for ident in map(_ident, topics):
        _resource(resources, ident, "imsqti_xmlv1p2", f"{ident}/{ident}.xml", needs=f"{ident}_meta")
        _resource(resources, f"{ident}_meta", RESOURCE, f"{ident}/assessment_meta.xml")
    return _written(manifest)


def _resource(resources: XML.Element, ident: str, kind: str, file: str, needs: str = "") -> None:
    resource = XML.SubElement(resources, "resource", identifier=ident, type=kind)
    XML.SubElement(resource, "file", href=file)
    if needs:
        XML.SubElement(resource, "dependency", identifierref=needs)
    else:
        resource.set("href", file)


def _written(root: XML.Element) -> bytes:
    XML.indent(root)
    text: bytes = XML.tostring(root, encoding="UTF-8", xml_declaration=True)
    return text
