-- 200,000 customers, 1,000 products, 1,000,000 orders.
insert into customer (email, name, city, joined_at)
select concat('c', seq, '@example.com'),
       concat(elt(1 + seq % 8, 'Ada', 'Grace', 'Edsger', 'Barbara', 'Donald', 'Frances', 'Alan', 'Radia'), ' ',
              elt(1 + seq % 7, 'Hopper', 'Lovelace', 'Liskov', 'Knuth', 'Perlman', 'Allen', 'Turing'), ' ', seq),
       if(seq % 10 = 0, null, concat('City ', seq % 500)),
       timestamp'2024-01-01 00:00:00' + interval seq * 3 minute
from seq_1_to_200000;

insert into product (sku, title, price, stock)
select concat('SKU-', seq), concat('Product ', seq), 1 + seq % 200, 1000 from seq_1_to_1000;

insert into orders (customer_id, product_id, quantity, status, channel, delivery, placed_at)
select 1 + (seq * 7919) % 200000, 1 + seq % 1000, 1 + seq % 5,
       elt(1 + seq % 3, 'new', 'paid', 'shipped'), elt(1 + seq % 3, 'web', 'app', 'phone'),
       if(seq % 20 = 0, null, concat(seq, ' Main Street, City ', seq % 500)),
       timestamp'2024-01-01 00:00:00' + interval seq * 40 second
from seq_1_to_1000000;

analyze table customer, product, orders;
