-- What the old application sends. :int(a,b) is a random number, :text a random word.
insert into customer (email, name, city) values (concat(:text, '@old.example.com'), :text, 'City 1')
update customer set name = :text where id = :int(1,200000)
select id, email, name, city from customer where id = :int(1,200000)
select count(*) from customer where name = :text
insert into orders (customer_id, product_id, delivery) values (:int(1,200000), :int(1,1000), concat(:int(1,99), ' Side Street, City ', :int(1,500)))
update orders set delivery = concat(:int(1,99), ' Old Street, City ', :int(1,500)) where id = :int(1,1000000)
update orders set status = 'paid' where id = :int(1,1000000)
select id, customer_id, status, channel, delivery from orders where customer_id = :int(1,200000)
select id, delivery from orders where id = :int(1,1000000)
update product set stock = stock - 1 where id = :int(1,1000)
delete from orders where id = :int(900000,1000000)
