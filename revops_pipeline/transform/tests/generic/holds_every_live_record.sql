{# The model holds exactly the records of a raw table that are not deleted. #}
{% test holds_every_live_record(model, table) %}
select coalesce(expected.id, actual.id) as id
from (
    select id from {{ source('raw', table) }} where deleted_at is null
) as expected
full outer join {{ model }} as actual on expected.id = actual.id
where expected.id is null or actual.id is null
{% endtest %}
