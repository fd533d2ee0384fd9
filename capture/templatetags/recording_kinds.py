"""The kinds of recordings, for file pickers."""

from django import template

from capture.core.audio_kinds import picker_types

register = template.Library()
register.simple_tag(picker_types, name="picker_types")
