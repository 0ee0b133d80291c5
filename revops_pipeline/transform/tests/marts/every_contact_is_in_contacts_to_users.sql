{{ config(meta={
    'description': 'No contact is lost for want of a user.',
    'dagster': {'ref': {'name': 'contacts_to_users'}},
}) }}
select contacts.id
from {{ ref('staging_contacts') }} as contacts
left join {{ ref('contacts_to_users') }} as listed on contacts.id = listed.contact_id
where listed.contact_id is null
