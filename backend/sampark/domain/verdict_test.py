import pytest
from pydantic import BaseModel, ValidationError

from sampark.domain.verdict import Allowed, Denied, Ignored, NeedsApproval, Refused


@pytest.mark.parametrize("verdict", [Allowed, Denied, Ignored, NeedsApproval, Refused])
def test_a_verdict_has_a_reason(verdict: type[BaseModel]) -> None:
    with pytest.raises(ValidationError):
        verdict()
    assert verdict(reason="why").model_dump() == {"reason": "why"}
