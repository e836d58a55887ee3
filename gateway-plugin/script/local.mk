# gateway-plugin/script/
