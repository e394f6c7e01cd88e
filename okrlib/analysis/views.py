"""The tables that every metric and lens is written against, in SQL over the lake's views of one store.

`{end}` is the first moment after the as-of day: nothing that happened later is seen. `{unit}` is how many of its
smallest coins make one of the store's currency. `{promise}` is until when an order must be shipped that names no promise of
its own: so many hours after payment, as the platform's rule book has it.
"""

from __future__ import annotations

SALES = """CREATE TEMP TABLE orders AS
WITH lines AS (SELECT order_id, count(refund_amount) > 0 AS told FROM raw_order_lines GROUP BY order_id)
SELECT o.* EXCLUDE (store, currency, source_order, source_file, source_line) REPLACE (
    CASE WHEN paid_at < {end} THEN paid_at END AS paid_at,
    CASE WHEN paid_at < {end} THEN coalesce(paid_amount, order_amount, 0) END AS paid_amount,
    CASE WHEN shipped_at < {end} THEN shipped_at END AS shipped_at,
    CASE WHEN delivered_at < {end} THEN delivered_at END AS delivered_at,
    CASE WHEN paid_at >= {end} THEN 'unpaid' WHEN shipped_at >= {end} THEN 'paid'
         WHEN delivered_at >= {end} THEN 'shipped' ELSE status END AS status),
    l.order_id IS NOT NULL AS itemised, o.refund_amount IS NOT NULL OR coalesce(l.told, false) AS refund_told
FROM raw_orders o LEFT JOIN lines l USING (order_id) WHERE ordered_at < {end};

CREATE TEMP TABLE first_paid AS SELECT buyer, min(paid_at) AS first_paid_at FROM orders
WHERE buyer IS NOT NULL AND paid_at IS NOT NULL GROUP BY buyer;

-- What an order was paid is shared out over its lines by their amounts, to the cent, so that parts sum to the whole:
-- each line gets the share of the lines up to it less the share of those before it.
CREATE TEMP TABLE sold AS
WITH paid_orders AS (
    SELECT order_id, buyer, ordered_at, paid_at, channel, region, status, paid_amount, shipping_amount
    FROM orders WHERE paid_at IS NOT NULL
), lines AS (
    SELECT order_id, line_id, CASE WHEN kind = 'product' THEN coalesce(sku, title) ELSE sku END AS sku, title, category,
           kind, quantity, coalesce(line_amount, unit_price * quantity, 0)::DECIMAL(18,4) AS weight
    FROM raw_order_lines
), totals AS (
    SELECT order_id, sum(weight) AS total, bool_or(kind = 'shipping') AS lists_shipping FROM lines GROUP BY order_id
), shares AS (
    SELECT o.* EXCLUDE (paid_amount, shipping_amount), t.total,
           CASE WHEN t.lists_shipping THEN 0
                ELSE greatest(least(coalesce(o.shipping_amount, 0), o.paid_amount), 0) END AS shipping,
           o.paid_amount - shipping AS goods,
           coalesce(t.total > 0 AND goods >= 0 AND t.total <> goods, false) AS scaled
    FROM paid_orders o LEFT JOIN totals t USING (order_id)
), running AS (
    SELECT order_id, line_id, goods, total, weight,
           sum(weight) OVER (PARTITION BY order_id ORDER BY line_id ROWS UNBOUNDED PRECEDING) AS upto
    FROM shares JOIN lines USING (order_id) WHERE scaled
), scaled AS (
    SELECT order_id, line_id, (
        CASE WHEN upto = total THEN goods
             ELSE floor(goods::DOUBLE * upto::DOUBLE / total::DOUBLE * {unit} + 0.5) / {unit} END
        - CASE WHEN upto - weight = total THEN goods
               ELSE floor(goods::DOUBLE * (upto - weight)::DOUBLE / total::DOUBLE * {unit} + 0.5) / {unit} END
        )::DECIMAL(18,4) AS paid  -- round() would break ties in each engine's own way
    FROM running
), parts AS (
    SELECT order_id, line_id, sku, title, category, kind, quantity, coalesce(s.paid, weight) AS paid
    FROM lines LEFT JOIN scaled s USING (order_id, line_id)
    UNION ALL
    SELECT order_id, 'shipping', NULL, NULL, NULL, 'shipping', 0, shipping FROM shares WHERE shipping <> 0
    UNION ALL
    SELECT order_id, 'rest', NULL, NULL, NULL, 'unitemised', 0, goods - coalesce(total, 0) FROM shares
    WHERE total IS NULL OR (NOT scaled AND goods <> total)
)
SELECT o.* EXCLUDE (paid_amount, shipping_amount), p.* EXCLUDE (order_id)
FROM paid_orders o JOIN parts p USING (order_id);

-- One name and category for an article: the product list's, else those its lines mostly carry.
CREATE TEMP TABLE articles AS
WITH spelt AS (SELECT sku, title, category, count(*) AS n FROM sold WHERE kind = 'product' GROUP BY ALL),
ranked AS (
    SELECT sku, title, row_number() OVER (PARTITION BY sku ORDER BY title IS NULL, n DESC, title) AS by_title,
           category, row_number() OVER (PARTITION BY sku ORDER BY category IS NULL, n DESC, category) AS by_category
    FROM spelt WHERE sku IS NOT NULL
),
usual AS (
    SELECT sku, max(title) FILTER (by_title = 1) AS title, max(category) FILTER (by_category = 1) AS category
    FROM ranked GROUP BY sku
)
SELECT sku, coalesce(p.title, u.title, sku) AS title, coalesce(p.category, u.category) AS category, p.unit_cost
FROM usual u FULL JOIN raw_products p USING (sku);

CREATE TEMP TABLE given_back AS
WITH plain AS (  -- orders whose refunds have no dates of their own
    SELECT * FROM orders WHERE paid_at IS NOT NULL
    AND order_id NOT IN (SELECT order_id FROM raw_refunds WHERE order_id IS NOT NULL)
), by_line AS (  -- a full refund gives back what every line was paid, shipping too
    SELECT order_id, s.sku, s.title, s.category, s.kind, s.quantity, s.paid AS amount
    FROM sold s JOIN plain p USING (order_id) WHERE p.refund_amount >= p.paid_amount AND s.paid <> 0
    UNION ALL
    SELECT order_id, coalesce(l.sku, l.title), l.title, l.category, l.kind, l.quantity, l.refund_amount
    FROM raw_order_lines l JOIN plain p USING (order_id)
    WHERE l.refund_amount > 0 AND coalesce(p.refund_amount < p.paid_amount, true)
), by_order AS (
    SELECT order_id, p.refund_amount - coalesce(sum(l.amount), 0) AS amount
    FROM plain p LEFT JOIN by_line l USING (order_id) GROUP BY order_id, p.refund_amount HAVING amount > 0
)
SELECT order_id, buyer, paid_at AS returned_at, channel, region, l.* EXCLUDE (order_id)
FROM by_line l JOIN plain USING (order_id)
UNION ALL
SELECT order_id, buyer, paid_at, channel, region, NULL, NULL, NULL, 'unitemised', NULL, amount
FROM by_order JOIN plain USING (order_id)
UNION ALL
SELECT r.order_id, coalesce(r.buyer, o.buyer), coalesce(r.refunded_at, o.paid_at) AS happened_at,
       coalesce(r.channel, o.channel), coalesce(r.region, o.region), coalesce(r.sku, r.title) AS article, r.title, NULL,
       coalesce(r.kind, CASE WHEN article IS NULL THEN 'unitemised' ELSE 'product' END), r.quantity, r.amount
FROM raw_refunds r LEFT JOIN orders o USING (order_id) WHERE happened_at < {end};

CREATE TEMP MACRO sales(a, b) AS TABLE
SELECT s.* REPLACE (
    coalesce(n.title, s.title) AS title,
    CASE WHEN s.kind = 'product' THEN coalesce(s.category, n.category) ELSE s.kind END AS category),
    f.first_paid_at, n.unit_cost
FROM sold s LEFT JOIN articles n USING (sku) LEFT JOIN first_paid f USING (buyer) WHERE paid_at >= a AND paid_at < b;

CREATE TEMP MACRO placed(a, b) AS TABLE SELECT * FROM orders WHERE ordered_at >= a AND ordered_at < b;

CREATE TEMP MACRO returned(a, b) AS TABLE
SELECT g.* REPLACE (
    coalesce(n.title, g.title) AS title,
    CASE WHEN g.kind = 'product' THEN coalesce(g.category, n.category) ELSE g.kind END AS category)
FROM given_back g LEFT JOIN articles n USING (sku) WHERE returned_at >= a AND returned_at < b;
"""

# What stands beside the sales. Of a stock count, `held` are the days until the next one, or to the end of the period.
SURROUNDINGS = """
CREATE TEMP MACRO traffic(a, b) AS TABLE
SELECT day, channel AS source, visitors, page_views, buyers, units, amount,
       channel = 'all' OR NOT bool_or(channel = 'all') OVER (PARTITION BY day) AS whole
FROM raw_traffic WHERE day >= a AND day < b;

CREATE TEMP MACRO ads(a, b) AS TABLE
SELECT day, channel AS source, spend, impressions, clicks, ad_orders, ad_amount FROM raw_ads WHERE day >= a AND day < b;

CREATE TEMP MACRO stock(a, b) AS TABLE
SELECT s.day, s.sku, n.title, n.category, s.on_hand, s.inbound, n.unit_cost,
       date_diff('day', s.day, coalesce(lead(s.day) OVER (PARTITION BY s.sku ORDER BY s.day), b::DATE)) AS held
FROM raw_stock s LEFT JOIN articles n USING (sku) WHERE s.day >= a AND s.day < b AND s.day < {end};

CREATE TEMP MACRO products(a, b) AS TABLE
SELECT p.sku, n.title, n.category, p.list_price, p.unit_cost, p.listed_at
FROM raw_products p JOIN articles n USING (sku) WHERE coalesce(p.listed_at < b, true);

-- Where no parcels are exported, an order that says when it was shipped is one, to be shipped within the platform's hours.
CREATE TEMP TABLE parcels AS
SELECT s.shipment_id, s.order_id, o.channel, o.region, coalesce(s.promised_at, {promise}) AS promised_at, s.deliver_by, s.cost,
       CASE WHEN coalesce(s.shipped_at, o.shipped_at) < {end} THEN coalesce(s.shipped_at, o.shipped_at) END AS shipped_at,
       CASE WHEN coalesce(s.delivered_at, o.delivered_at) < {end} THEN coalesce(s.delivered_at, o.delivered_at) END
       AS delivered_at
FROM raw_shipments s LEFT JOIN orders o USING (order_id)
UNION ALL
SELECT o.order_id || '' AS shipment_id, o.order_id, o.channel, o.region, {promise} AS promised_at,
       CAST(NULL AS TIMESTAMP) AS deliver_by, CAST(NULL AS DECIMAL(18,4)) AS cost, o.shipped_at, o.delivered_at
FROM orders o WHERE {promise} IS NOT NULL AND (o.shipped_at IS NOT NULL OR o.status = 'paid')
AND (SELECT count(*) FROM raw_shipments) = 0 AND (SELECT count(shipped_at) FROM orders) > 0;

CREATE TEMP MACRO sent(a, b) AS TABLE
SELECT shipped_at, order_id, channel, region, cost FROM parcels WHERE cost IS NOT NULL AND shipped_at >= a AND shipped_at < b;

-- The last day that the export of parcels knows of: what is due later is neither late nor in time, nobody has told yet.
CREATE TEMP TABLE moved AS
SELECT greatest(max(p.shipped_at), max(p.delivered_at), max(o.paid_at))::DATE AS last_day
FROM parcels p LEFT JOIN orders o USING (order_id);

CREATE TEMP MACRO shipments(a, b) AS TABLE
SELECT *, promised_at AS due_at, coalesce(shipped_at <= promised_at, false) AS on_time
FROM parcels WHERE promised_at >= a AND promised_at < b AND promised_at::DATE <= (SELECT last_day FROM moved);

CREATE TEMP MACRO deliveries(a, b) AS TABLE
SELECT *, deliver_by AS due_at, coalesce(delivered_at <= deliver_by, false) AS on_time
FROM parcels WHERE deliver_by >= a AND deliver_by < b AND deliver_by::DATE <= (SELECT last_day FROM moved);

CREATE TEMP MACRO reviews(a, b) AS TABLE
SELECT r.review_id, r.reviewed_at, r.order_id, r.sku, n.title, n.category, r.stars, r.comment
FROM raw_reviews r LEFT JOIN articles n USING (sku) WHERE r.reviewed_at >= a AND r.reviewed_at < b;

CREATE TEMP MACRO service(a, b) AS TABLE
SELECT day, survey, answers, satisfied FROM raw_service WHERE day >= a AND day < b;

CREATE TEMP MACRO settlements(a, b) AS TABLE
SELECT s.entry_id, s.order_id, s.settled_at, s.kind, s.sale_amount, s.refund_amount, s.fee_amount, s.net_amount,
       o.channel, o.region
FROM raw_settlements s LEFT JOIN orders o USING (order_id) WHERE s.settled_at >= a AND s.settled_at < b;

-- A figure of the market stands for a day, a week or a month: as often as its category is told. It counts on the last day.
CREATE TEMP VIEW told_market AS
WITH steps AS (SELECT *, date_diff('day', day, lead(day) OVER (PARTITION BY category ORDER BY day)) AS step FROM raw_market),
usual AS (SELECT category, min(step) AS step FROM steps GROUP BY category)
SELECT m.category, m.market_amount, m.our_rank, m.search_volume, m.brand_search_volume, m.day AS first_day,
       CASE WHEN u.step >= 28 OR (u.step IS NULL AND day(m.day) = 1) THEN (m.day + INTERVAL 1 MONTH)::DATE - 1
            ELSE m.day + coalesce(u.step, 1)::INTEGER - 1 END AS day
FROM raw_market m JOIN usual u USING (category);

CREATE TEMP VIEW sold_in_market AS
SELECT coalesce(s.category, n.category) AS category, paid_at::DATE AS on_day, sum(paid) AS paid
FROM sold s LEFT JOIN articles n USING (sku)
WHERE s.kind = 'product' AND coalesce(s.category, n.category) IN (SELECT category FROM raw_market) GROUP BY ALL;

CREATE TEMP MACRO market(a, b) AS TABLE
SELECT m.*, (SELECT coalesce(sum(paid), 0) FROM sold_in_market o
             WHERE o.category = m.category AND o.on_day BETWEEN m.first_day AND m.day) AS ours
FROM told_market m WHERE market_amount IS NOT NULL AND m.day >= a AND m.day < b AND m.day < {end};

CREATE TEMP MACRO searches(a, b) AS TABLE
SELECT * FROM told_market WHERE brand_search_volume IS NOT NULL AND day >= a AND day < b AND day < {end};

-- Beside each look at a competitor's article what a unit of ours brought in the period.
CREATE TEMP MACRO competitors(a, b) AS TABLE
SELECT c.* EXCLUDE (store, source_order, source_file, source_line), o.own_price
FROM raw_competitors c LEFT JOIN (
    SELECT sku, sum(paid) / sum(quantity) AS own_price FROM sold
    WHERE kind = 'product' AND quantity > 0 AND paid_at >= a AND paid_at < b AND sku IN (SELECT our_sku FROM raw_competitors)
    GROUP BY sku
) o ON o.sku = c.our_sku WHERE c.day >= a AND c.day < b AND c.day < {end};
"""
