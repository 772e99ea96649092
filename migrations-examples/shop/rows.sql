-- 200,000 customers, 1,000 products, 1,000,000 orders.
insert into customer (email, name, city, joined_at)
select 'c' || n || '@example.com',
       (array['Ada','Grace','Edsger','Barbara','Donald','Frances','Alan','Radia'])[1 + n % 8] || ' ' ||
       (array['Hopper','Lovelace','Liskov','Knuth','Perlman','Allen','Turing'])[1 + n % 7] || ' ' || n,
       case when n % 10 = 0 then null else 'City ' || n % 500 end,
       timestamptz '2024-01-01 00:00+00' + n * interval '3 minutes'
from generate_series(1, 200000) n;

insert into product (sku, title, price, stock)
select 'SKU-' || n, 'Product ' || n, 1 + n % 200, 1000 from generate_series(1, 1000) n;

insert into orders (customer_id, product_id, quantity, status, channel, delivery, placed_at)
select 1 + (n * 7919::bigint) % 200000, 1 + n % 1000, 1 + n % 5,
       (array['new','paid','shipped'])[1 + n % 3], (array['web','app','phone'])[1 + n % 3],
       case when n % 20 = 0 then null else n || ' Main Street, City ' || n % 500 end,
       timestamptz '2024-01-01 00:00+00' + n * interval '40 seconds'
from generate_series(1, 1000000) n;

analyze customer, product, orders;
