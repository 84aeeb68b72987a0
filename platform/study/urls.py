"""The review loop."""

from __future__ import annotations

from django.urls import path

from study import views

urlpatterns = [
    path("", views.study, name="study"),
    path("grade/", views.grade, name="grade"),
    path("check/", views.check, name="check"),
    path("undo/", views.undo, name="undo"),
    path("done/", views.done, name="study_done"),
]
