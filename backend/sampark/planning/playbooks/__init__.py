"""Predefined plans: data files, fitted to a task without any model."""

from sampark.planning.playbooks.book import Playbook
from sampark.planning.playbooks.fit import Fit, Fitted, Missing, Unfit, fit
from sampark.planning.playbooks.load import load

__all__ = ["Fit", "Fitted", "Missing", "Playbook", "Unfit", "fit", "load"]
