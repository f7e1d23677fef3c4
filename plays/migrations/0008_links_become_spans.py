from django.db import migrations

COPY = """
INSERT INTO plays_attemptspan (job_id, page_id, "first", "last", tries)
SELECT link.syncjob_id, attempt.page_id, attempt.id, attempt.id, 1
FROM plays_syncattempt_jobs link JOIN plays_syncattempt attempt ON attempt.id = link.syncattempt_id
"""
COUNT = """
UPDATE plays_syncattempt SET job_count =
(SELECT count(*) FROM plays_syncattempt_jobs link WHERE link.syncattempt_id = plays_syncattempt.id)
"""
BACK = """
INSERT INTO plays_syncattempt_jobs (syncjob_id, syncattempt_id)
SELECT span.job_id, attempt.id FROM plays_attemptspan span JOIN plays_syncattempt attempt
ON attempt.page_id = span.page_id AND attempt.id BETWEEN span."first" AND span."last"
"""


class Migration(migrations.Migration):
    """Apart from the tables' changes: PostgreSQL takes both in one transaction for a mistake."""

    dependencies = [("plays", "0007_attempt_spans")]

    operations = [migrations.RunSQL([COPY, COUNT], [BACK])]
