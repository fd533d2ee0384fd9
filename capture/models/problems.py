"""What hinders a folder or a file, as its row keeps it."""

from django.db import models
from django.utils.translation import gettext as _

from capture.core.problems import problem_sentence


class ProblemColumns(models.Model):
    """A problem: its code, and what its sentence names. The sentence is made where it is shown."""

    problem = models.CharField(max_length=40, blank=True, help_text="its code; empty: none")
    problem_values = models.JSONField(default=dict, blank=True, help_text="what the problem's sentence names")

    class Meta:
        abstract = True

    @property
    def problem_sentence(self) -> str:
        """The sentence for people, in the language of the page; "" where there is no problem."""
        return problem_sentence(self.problem, self.problem_values, _)
