// The peer of Q1b: the question of duckdb.mjs, asked of ClickHouse within the process (chdb), on two threads:
// node chdb.mjs FOLDER OUT.csv
import { readFileSync, rmSync } from 'node:fs';
import { query } from 'chdb';

const [folder, out] = process.argv.slice(2);
const asOf = readFileSync(`${folder}/as-of.txt`, 'utf8').trim();
const csv = (name) => `file('${folder}/${name}', 'CSVWithNames')`;
const key = (column) => `replaceAll(${column}, '-', '')`;

rmSync(out, { force: true });
query(`
with
  inventory as (
    select device_id, device_type, csp_region, chf_id, mpxn, manufacturer, model, firmware, status, smets,
           parseDateTime64BestEffortOrNull(commissioned_at, 3, 'UTC') as commissioned_at
    from ${csv('inventory-*.csv')}),
  registration as (
    select mpxn, argMax(supplier_id, effective_from) as supplier_id,
           argMax(network_operator_id, effective_from) as network_operator_id
    from ${csv('registration.csv')} group by mpxn),
  organisations as (
    select ${key('entity_id')} as entity, any(o.party) as party from ${csv('organisations.csv')} as o group by entity),
  requests as (
    select device_id, countIf(srv = '6.17' and ok) as issued, countIf(srv = '6.15.2' and ok) as updated,
           countIf(srv = '6.15.1' and ok) as operator_done, countIf(answered) as contacts
    from (select r.device_id as device_id, r.srv as srv, r.response_code = 'I0' as answered,
                 r.response_code = 'I0' and lower(trim(r.execution_status)) in ('success', 'ok', '0') as ok
          from ${csv('srv-audit.csv')} as r inner join inventory as i on i.device_id = r.device_id
          where parseDateTime64BestEffortOrNull(r.requested_at, 3, 'UTC') >= i.commissioned_at
            and ifNull(r.command_variant, '') <> '4')
    group by device_id),
  looks as (
    select c.device_id as device_id, parseDateTime64BestEffortOrNull(c.taken_at, 3, 'UTC') as taken_at,
           arrayCount(x -> parseDateTime64BestEffortOrNull(x.not_before, 3, 'UTC') >= i.commissioned_at - interval 1 day,
                      c.device_certificates) as fresh,
           arrayCount(x -> x.role = 'NetworkOperator' and ${key('x.subject_id')} = ${key('g.network_operator_id')},
                      c.cells) as operator_cells
    from file('${folder}/certificates.ndjson', 'JSONEachRow',
              'device_id String, taken_at String, cells Array(Tuple(role String, key_usage String, subject_id String, '
              || 'key_id String, status String)), device_certificates Array(Tuple(key_usage String, serial String, '
              || 'not_before String, subject_id String))') as c
    inner join inventory as i on i.device_id = c.device_id left join registration as g on g.mpxn = i.mpxn),
  snapshots as (
    select device_id, argMax(l.fresh, l.taken_at) as fresh, argMax(l.operator_cells, l.taken_at) as operator_cells
    from looks as l group by device_id),
  checks as (
    select device_id, argMaxIf(result, checked_at, "check" = 'communicating') as communicating,
           argMaxIf(result, checked_at, "check" = 'recovery-cell') as recovery_cell
    from ${csv('dsp-checks.csv')} group by device_id),
  judged as (
    select i.device_id as device_id, i.device_type as device_type, i.csp_region as csp_region, i.chf_id as chf_id, i.mpxn as mpxn, i.manufacturer as manufacturer,
           i.model as model, i.firmware as firmware, i.status as status, i.smets as smets, i.commissioned_at as commissioned_at,
           g.supplier_id as supplier_id, g.network_operator_id as network_operator_id,
           k.communicating as communicating, k.recovery_cell as recovery_cell, r.issued as issued, r.updated as updated,
           r.operator_done as operator_done, s.fresh as fresh, s.operator_cells as operator_cells, r.contacts as contacts,
           i.device_type not in ('ESME', 'GSME', 'GPF', 'CHF') or i.status <> 'Commissioned' or i.smets = 'SMETS1'
               or i.commissioned_at is null as excluded,
           i.commissioned_at + interval 7 day > parseDateTime64BestEffort('${asOf}', 3, 'UTC') as pending,
           r.issued >= 2 and r.updated >= 2 and (r.operator_done >= 1 or i.device_type not in ('ESME', 'GPF')) and
               k.communicating = 'pass' and k.recovery_cell = 'pass' as legacy,
           (r.updated >= 2 or s.fresh >= 2) and
               (i.device_type not in ('ESME', 'GPF') or s.operator_cells >= 2 or r.operator_done >= 1) and
               (r.contacts > 0 or k.communicating = 'pass') and k.recovery_cell = 'pass' as revised
    from inventory as i left join registration as g on g.mpxn = i.mpxn left join requests as r on r.device_id = i.device_id
    left join snapshots as s on s.device_id = i.device_id left join checks as k on k.device_id = i.device_id)
select j.*, o.party as supplier, n.party as network_operator,
       multiIf(j.excluded, 'EXCLUDED', revised, 'PASS', j.pending, 'PENDING', 'FAIL') as verdict,
       multiIf(j.excluded, 'EXCLUDED', legacy, 'PASS', j.pending, 'PENDING', 'FAIL') as legacy_verdict
from judged as j left join organisations as o on o.entity = ${key('j.supplier_id')}
left join organisations as n on n.entity = ${key('j.network_operator_id')}
order by j.device_id
into outfile '${out}' format CSVWithNames
settings max_threads = 2, input_format_csv_use_best_effort_in_schema_inference = 0,
         input_format_skip_unknown_fields = 1, joined_subquery_requires_alias = 0`, 'CSV');
