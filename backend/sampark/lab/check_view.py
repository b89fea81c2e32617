"""What the compiler says about a plan: that it holds, or every reason why it does not."""

from dataclasses import dataclass

from sampark.domain.plan import Plan
from sampark.errors import PlanRefused
from sampark.lab.markup import View, rendered
from sampark.planning.check import CheckedPlan, PlanError
from sampark.reply.figures import count, money, span


@dataclass(frozen=True, repr=False)
class CheckView(View):
    """The verdict on a plan. True in a condition when the plan compiles.

    Attributes:
        plan: the plan that was compiled.
        verdict: what the compiler returned.
    """

    plan: Plan
    verdict: CheckedPlan | tuple[PlanError, ...]

    def __bool__(self) -> bool:
        return self.ok

    @property
    def ok(self) -> bool:
        """Whether the plan compiles."""
        return isinstance(self.verdict, CheckedPlan)

    @property
    def errors(self) -> tuple[PlanError, ...]:
        """Every reason why it does not; none when it does."""
        return () if isinstance(self.verdict, CheckedPlan) else self.verdict

    @property
    def kinds(self) -> list[str]:
        """The names of the errors, in the order of the plan's steps."""
        return [error.kind for error in self.errors]

    @property
    def checked(self) -> CheckedPlan:
        """What the compiler worked out; raises PlanRefused, naming every error, if it refused."""
        if isinstance(self.verdict, CheckedPlan):
            return self.verdict
        told = "\n".join(f"- {error}" for error in self.errors)
        raise PlanRefused(f"The plan does not compile:\n{told}")

    def text(self) -> str:
        """Return the verdict in one line, or an error a line."""
        if isinstance(self.verdict, CheckedPlan):
            levels = count(len(self.verdict.levels), "level")
            return f"Compiles: {count(len(self.plan.steps), 'step')} on {levels}"
        lines = [f"Does not compile: {count(len(self.errors), 'error')}"]
        return "\n".join([*lines, *(f"- {error}" for error in self.errors)])

    def html(self) -> str:
        """Return the levels and the estimate, or the errors as a table."""
        if not isinstance(self.verdict, CheckedPlan):
            return rendered("errors", errors=self.errors)
        found = self.verdict
        widest = max((len(level) for level in found.levels), default=0)
        return rendered(
            "checked",
            headline=self.text(),
            levels=found.levels,
            widest=widest,
            time=span(found.estimate.p50),
            late=span(found.estimate.p90),
            cost=money(found.estimate.usd),
            path=found.critical_path,
            approvals=found.approvals,
        )
