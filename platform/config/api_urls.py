"""Every address of the API, version 1; the version lives in the serializers, not in copies of this list."""

from __future__ import annotations

from django.urls import path, re_path

from config.description import Schema
from config.problems import nothing_here
from curriculum import api as curriculum
from study import api as study
from study import days_api as days
from study import memory_api as memory
from study import session_api as session
from study import tools_api as tools

CARD = r"(?P<topic>[a-z0-9-]+)/(?P<card>[a-z0-9.-]+)/"

urlpatterns = [
    path("schema/", Schema.as_view(), name="schema"),
    path("topics/", curriculum.Topics.as_view(), name="topics"),
    path("topics/<slug:slug>/", curriculum.TopicDetail.as_view(), name="topic"),
    path("tracks/", curriculum.Tracks.as_view(), name="tracks"),
    path("tracks/<slug:slug>/", curriculum.TrackDetail.as_view(), name="track"),
    path("cards/", curriculum.Cards.as_view(), name="cards"),
    re_path(rf"^cards/{CARD}$", curriculum.CardDetail.as_view(), name="card"),
    path("documents/", curriculum.Documents.as_view(), name="documents"),
    path("documents/<slug:slug>/", curriculum.DocumentDetail.as_view(), name="document"),
    path("enrolments/", study.Enrolments.as_view(), name="enrolments"),
    path("me/", days.Me.as_view(), name="me"),
    path("holidays/", days.Holidays.as_view(), name="holidays"),
    path("holidays/cost/", days.HolidayCost.as_view(), name="holiday_cost"),
    re_path(r"^holidays/(?P<first>[0-9]{4}-[0-9]{2}-[0-9]{2})/$", days.Holiday.as_view(), name="holiday"),
    path("today/", study.TodayView.as_view(), name="today"),
    path("study/next/", session.Next.as_view(), name="next"),
    path("study/check/", session.Check.as_view(), name="check"),
    path("study/more/", session.More.as_view(), name="more"),
    path("answers/", study.Answers.as_view(), name="answers"),
    path("answers/<int:id>/", study.AnswerDetail.as_view(), name="answer"),
    path("answers/<int:id>/undo/", study.Undo.as_view(), name="undo"),
    path("states/", study.States.as_view(), name="states"),
    path("memory/", memory.MemoryView.as_view(), name="memory"),
    re_path(rf"^states/{CARD}bury/$", tools.Bury.as_view(), name="bury"),
    re_path(rf"^states/{CARD}suspend/$", tools.Suspend.as_view(), name="suspend"),
    re_path(rf"^states/{CARD}restore/$", tools.Restore.as_view(), name="restore"),
    path("notes/", tools.Notes.as_view(), name="notes"),
    re_path(rf"^notes/{CARD}$", tools.NoteDetail.as_view(), name="note"),
    path("reports/", tools.Reports.as_view(), name="reports"),
    re_path(r"", nothing_here),
]
