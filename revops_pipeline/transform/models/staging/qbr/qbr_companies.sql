with records as (
    select * from {{ ref('qbr_records') }}
),

-- Reviews do not agree on what a company is called: the latest one is believed.
ranked as (
    select
        *,
        row_number() over (
            partition by company_id
            order by qbr_year desc nulls last, qbr_quarter desc nulls last, record_id desc
        ) as place
    from records
    where company_id is not null
),

counted as (
    select
        company_id,
        count(*) as reviews
    from records
    group by company_id
),

final as (
    select
        ranked.company_id,
        ranked.company_name,
        ranked.industry,
        ranked.size,
        counted.reviews,
        ranked.record_id as latest_record_id,
        ranked.qbr_year as latest_qbr_year,
        ranked.qbr_quarter as latest_qbr_quarter,
        ranked.loaded_at
    from ranked
    inner join counted on ranked.company_id = counted.company_id
    where ranked.place = 1
)

select * from final
