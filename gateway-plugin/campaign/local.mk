# gateway-plugin/campaign/
