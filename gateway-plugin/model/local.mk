# gateway-plugin/model/
