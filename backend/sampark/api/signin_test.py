import pytest

from sampark.api.signin import local


@pytest.mark.parametrize(
    "goal", ["/dashboard", "/dashboard/task?id=1", "/dashboard?x=1", "/dashboard/mailbox"]
)
def test_the_way_back_leads_to_the_dashboard(goal: str):
    assert local(goal) == goal


@pytest.mark.parametrize(
    "goal",
    ["", "//evil.example", "https://evil.example", "/logout", "/dashboardx", "/dashboard/\r\nX: y",
     "/dashboard\\@evil.example", "\t/dashboard", "javascript:alert(1)", "/api/tasks"],
)  # fmt: skip
def test_any_other_goal_is_the_overview(goal: str):
    assert local(goal) == "/dashboard"
