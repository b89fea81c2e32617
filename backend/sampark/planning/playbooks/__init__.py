"""Predefined plans: data files, fitted to a task without any model."""

from sampark.planning.playbooks.book import Playbook
from sampark.planning.playbooks.fit import Fitted, Missing, Unfit, answer, fit
from sampark.planning.playbooks.load import load

__all__ = ["Fitted", "Missing", "Playbook", "Unfit", "answer", "fit", "load"]
