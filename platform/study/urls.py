"""The review loop."""

from __future__ import annotations

from django.urls import path, re_path

from study import tools, views

urlpatterns = [
    path("", views.study, name="study"),
    path("grade/", views.grade, name="grade"),
    path("check/", views.check, name="check"),
    path("more/", views.more, name="study_more"),
    path("undo/", views.undo, name="undo"),
    path("done/", views.done, name="study_done"),
    path("bury/", tools.bury, name="bury"),
    path("suspend/", tools.suspend, name="suspend"),
    path("restore/", tools.restore, name="restore"),
    re_path(r"^note/(?P<ref>[a-z0-9-]+/[a-z0-9.-]+)/$", tools.note, name="note"),
    re_path(r"^report/(?P<ref>[a-z0-9-]+/[a-z0-9.-]+)/$", tools.report, name="report"),
]
