-- What the new application sends.
insert into customer (email, full_name, city) values (concat(:text, '@new.example.com'), :text, 'City 2')
update customer set full_name = :text where id = :int(1,200000)
select id, email, full_name, city from customer where id = :int(1,200000)
select count(*) from customer where full_name = :text
insert into orders (customer_id, product_id, delivery_street, delivery_city) values (:int(1,200000), :int(1,1000), concat(:int(1,99), ' New Street'), concat('City ', :int(1,500)))
update orders set delivery_city = concat('City ', :int(1,500)) where id = :int(1,1000000)
update orders set status = 'shipped' where id = :int(1,1000000)
select id, customer_id, status, channel, delivery_street, delivery_city from orders where customer_id = :int(1,200000)
select id, delivery_street from orders where id = :int(1,1000000)
update product set stock = stock + 1 where id = :int(1,1000)
