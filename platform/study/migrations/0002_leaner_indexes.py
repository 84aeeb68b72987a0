"""An answer writes two indexes less, and a day's answers are counted from an index alone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("study", "0001_start"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="answer", name="answers_of_a_day"),
        migrations.AlterField(
            model_name="answer",
            name="learner",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="answers",
                to="study.learner",
            ),
        ),
        migrations.AlterField(
            model_name="answer",
            name="card",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers",
                to="curriculum.card",
            ),
        ),
        migrations.AlterField(
            model_name="cardstate",
            name="learner",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="states",
                to="study.learner",
            ),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(fields=["learner", "study_day", "id", "kind"], name="answers_of_a_day"),
        ),
    ]
