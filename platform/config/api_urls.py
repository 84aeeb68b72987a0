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
    path("schema/", Schema.as_view(), name="api_schema"),
    path("topics/", curriculum.Topics.as_view(), name="api_topics"),
    path("topics/<slug:slug>/", curriculum.TopicDetail.as_view(), name="api_topic"),
    path("tracks/", curriculum.Tracks.as_view(), name="api_tracks"),
    path("tracks/<slug:slug>/", curriculum.TrackDetail.as_view(), name="api_track"),
    path("cards/", curriculum.Cards.as_view(), name="api_cards"),
    re_path(rf"^cards/{CARD}$", curriculum.CardDetail.as_view(), name="api_card"),
    path("documents/", curriculum.Documents.as_view(), name="api_documents"),
    path("documents/<slug:slug>/", curriculum.DocumentDetail.as_view(), name="api_document"),
    path("enrolments/", study.Enrolments.as_view(), name="api_enrolments"),
    path("me/", days.Me.as_view(), name="api_me"),
    path("holidays/", days.Holidays.as_view(), name="api_holidays"),
    re_path(r"^holidays/(?P<first>[0-9]{4}-[0-9]{2}-[0-9]{2})/$", days.Holiday.as_view(), name="api_holiday"),
    path("today/", study.TodayView.as_view(), name="api_today"),
    path("study/next/", session.Next.as_view(), name="api_next"),
    path("study/check/", session.Check.as_view(), name="api_check"),
    path("study/more/", session.More.as_view(), name="api_more"),
    path("answers/", study.Answers.as_view(), name="api_answers"),
    path("answers/<int:id>/", study.AnswerDetail.as_view(), name="api_answer"),
    path("answers/<int:id>/undo/", study.Undo.as_view(), name="api_undo"),
    path("states/", study.States.as_view(), name="api_states"),
    path("memory/", memory.MemoryView.as_view(), name="api_memory"),
    re_path(rf"^states/{CARD}bury/$", tools.Bury.as_view(), name="api_bury"),
    re_path(rf"^states/{CARD}suspend/$", tools.Suspend.as_view(), name="api_suspend"),
    re_path(rf"^states/{CARD}restore/$", tools.Restore.as_view(), name="api_restore"),
    path("notes/", tools.Notes.as_view(), name="api_notes"),
    re_path(rf"^notes/{CARD}$", tools.NoteDetail.as_view(), name="api_note"),
    path("reports/", tools.Reports.as_view(), name="api_reports"),
    re_path(r"", nothing_here),
]
