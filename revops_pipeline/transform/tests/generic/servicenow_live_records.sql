{# The model holds exactly the records of a ServiceNow table that are not deleted. #}
{% test servicenow_live_records(model, table) %}
select coalesce(expected.id, actual.id) as id
from (
    select id from {{ source('raw', 'servicenow_' ~ table) }} where deleted_at is null
) as expected
full outer join {{ model }} as actual on expected.id = actual.id
where expected.id is null or actual.id is null
{% endtest %}
