module antojo

go 1.26
