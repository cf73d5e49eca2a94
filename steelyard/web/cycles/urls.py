"""Cycle addresses."""

from django.urls import path, register_converter

from steelyard.web.cycles import template_views, views


class Key:
    """A key of a cycle in an address."""

    regex = r"\d{4}-\d{2}(?:-[a-z0-9-]+)?"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


class StepAct:
    """What may be done to a step."""

    regex = "start|finish|reopen|skip|move|judge"
    to_python = Key.to_python
    to_url = Key.to_url


class CycleAct:
    """What may be done to a cycle."""

    regex = "open|close|move|duplicate"
    to_python = Key.to_python
    to_url = Key.to_url


register_converter(Key, "cycle_key")
register_converter(StepAct, "step_act")
register_converter(CycleAct, "cycle_act")

app_name = "cycles"
urlpatterns = [
    path("", views.start, name="start"),
    path("all/", views.cycle_list, name="cycles"),
    path("new/", views.cycle_create, name="create"),
    path("ahead/", views.create_ahead, name="ahead"),
    path("templates/", template_views.template_list, name="templates"),
    path("templates/<slug:name>/", template_views.template_page, name="template"),
    path("work/<int:number>/", views.work_act, name="work"),
    path("<cycle_key:key>/", views.cycle_page, name="cycle"),
    path("<cycle_key:key>/working/", views.working_part, name="working"),
    path("<cycle_key:key>/<cycle_act:act>/", views.cycle_act, name="act"),
    path("<cycle_key:key>/<slug:step>/gates/", views.evidence_part, name="gates"),
    path("<cycle_key:key>/<slug:step>/explain/", views.gap_explain, name="explain"),
    path("<cycle_key:key>/<slug:step>/gate/", views.gate_act, name="gate"),
    path("<cycle_key:key>/<slug:step>/task/<slug:task>/", views.task_act, name="task"),
    path("<cycle_key:key>/<slug:step>/<step_act:act>/", views.step_act, name="step"),
]
